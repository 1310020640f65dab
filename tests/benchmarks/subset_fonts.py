"""Makes the fonts of bot/fonts/ out of DejaVu Sans: the letters that pictures need, and nothing else.

    python -m tests.benchmarks.subset_fonts /usr/share/fonts/truetype/dejavu

The folder holds DejaVuSans.ttf and DejaVuSans-Bold.ttf, version 2.37 (on Debian the package fonts-dejavu-core).
`pyftsubset` of the package fonttools must be on the PATH.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FONTS = Path(__file__).parents[2] / "bot" / "fonts"
NAMES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
# ASCII, Latin-1, Latin Extended-A, letters of Uzbek and Turkic Latin, Cyrillic with Kazakh and Uzbek letters, dashes,
# quotation marks, dots, arrows, minus signs, triangles.
CHARACTERS = (
    "U+0020-007E,U+00A0-017F,U+018F,U+01A0-01B0,U+01E6-01E7,U+0218-021B,U+0259,U+02BB-02BC,U+0300-0308,U+0400-052F,"
    "U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2032-2033,U+2039-203A,U+20AC,U+20B8,U+20BD,U+2116,"
    "U+2190-2199,U+2212,U+2248,U+2260,U+2264-2265,U+25B2,U+25B6,U+25BC,U+25C6,U+25CF"
)


def main(folder: Path) -> None:
    FONTS.mkdir(exist_ok=True)
    for name in NAMES:
        told = [f"--unicodes={CHARACTERS}", "--layout-features=kern,mark,ccmp", "--no-hinting", "--desubroutinize"]
        command = ["pyftsubset", str(folder / name), *told, "--name-IDs=0,1,2,5,13", f"--output-file={FONTS / name}"]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

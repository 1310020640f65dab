"""Secure connections that are not, and addresses behind which nobody is."""

from __future__ import annotations

from tests.data.hostile.case import Case, Patience, Tls, always, item, reply, rss

FEED = always(reply(rss(item()).encode()))

CASES = (
    Case(
        name="self-signed",
        tls=Tls.SELF_SIGNED,
        replies=FEED,
        error="the site's certificate was signed by the site itself, by no authority",
    ),
    Case(name="other-name", tls=Tls.OTHER_NAME, replies=FEED, error="the site's certificate is for another site"),
    Case(name="expired", tls=Tls.EXPIRED, replies=FEED, error="the site's certificate has expired"),
    Case(
        name="plain-on-the-secure-port",
        tls=Tls.PLAIN,
        replies=FEED,
        error="no secure connection: the site does not speak TLS at this address",
    ),
    Case(
        name="junk-for-a-greeting",
        tls=Tls.JUNK,
        replies=FEED,
        error="no secure connection: the site does not speak TLS at this address",
    ),
    Case(
        name="stalled-greeting",
        tls=Tls.STALLED,
        replies=FEED,
        error="the site did not answer in time",
        patience=Patience.HURRIED,
    ),
    Case(name="old-tls", tls=Tls.OLD, replies=FEED, error="no secure connection: the site's version of TLS is too old"),
)

"""The faults of the design that this project answers for, each with the tests that show it or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EACH = "delivery/test_failpoints.py::test_a_kill_at_every_failpoint_loses_nothing_and_repeats_nothing"
CHAOS = "`make chaos`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row of the fault table: `shown` are tests under `tests/`, `note` is what else is to be said."""

    number: str
    what: str
    shown: tuple[str, ...] = ()
    note: str = ""

    @property
    def line(self) -> str:
        tests = [f"`{one}`" for one in self.shown]
        return f"| {self.number} | {self.what} | {'; '.join([*tests, self.note] if self.note else tests)} |"


def _fault(number: str, what: str, *shown: str, note: str = "") -> Fault:
    return Fault(number=number, what=what, shown=shown, note=note)


FAULTS = (
    _fault("F1", "SIGKILL at a random moment", EACH, note=f"and {CHAOS}, figures above"),
    _fault("F2", "SIGKILL at each failpoint", EACH, note=f"and {CHAOS}"),
    _fault("F3", "SIGTERM during sending", "delivery/test_failpoints.py::test_told_to_end_it_leaves_nothing_under_way"),
    _fault(
        "F4",
        "Pause longer than the lease, before the send",
        "delivery/test_worker.py::test_whoever_was_stopped_for_too_long_before_sending_does_not_send",
        "delivery/test_worker.py::test_whoever_lost_the_lease_may_not_start",
        note=f"and {CHAOS}, half of the pauses",
    ),
    _fault(
        "F5",
        "Pause longer than the lease, after the write",
        "delivery/test_worker.py::test_what_died_while_sending_is_never_sent_as_if_nothing_had_happened",
        "storage/test_deliveries.py::test_an_answer_after_the_lease_is_no_finish_but_evidence",
        note=f"and {CHAOS}, half of the pauses",
    ),
    _fault(
        "F6", "Power cut", "delivery/test_power_cuts.py::test_no_message_that_was_written_down_as_sent_is_forgotten"
    ),
    _fault(
        "F7", "Torn last frame", "delivery/test_power_cuts.py::test_a_torn_end_of_the_log_loses_the_last_transaction"
    ),
    _fault("F8", "Disk full", "delivery/test_power_cuts.py::test_what_a_full_disk_does_not_take_is_not_sent"),
    _fault(
        "F10",
        "Database locked",
        "delivery/test_locked.py::test_while_the_database_is_locked_nothing_is_sent_unmarked_and_afterwards_it_goes_on",
        "storage/test_database.py::test_writers_take_turns",
    ),
    _fault("F11", "Corrupt file", "storage/test_upgrades.py::test_a_damaged_file_is_refused_and_not_touched"),
    _fault(
        "F16",
        "Two workers race",
        "storage/test_claims.py::test_claimers_at_once_never_take_the_same_part",
        "storage/test_claims.py::test_the_race_finds_a_claim_that_does_not_lock",
    ),
    _fault(
        "F17",
        "Lease over during a slow send",
        "storage/test_deliveries.py::test_only_what_was_not_started_goes_back_when_its_lease_is_over",
        "storage/test_deliveries.py::test_an_answer_after_the_lease_is_no_finish_but_evidence",
    ),
    _fault(
        "F18", "Two schedulers, one slot", "storage/test_digests.py::test_schedulers_that_decide_at_once_decide_once"
    ),
    _fault(
        "F19",
        "Down across one due time",
        "test_pipeline.py::test_after_downtime_one_digest_has_everything_since_the_last",
    ),
    _fault(
        "F20",
        "Down across many due times",
        "test_pipeline.py::test_after_downtime_one_digest_has_everything_since_the_last",
        "stages/test_due.py::test_the_newest_slot_counts_only_if_it_came_after_the_last_one_served",
    ),
    _fault(
        "F21",
        "Wall clock jumps",
        "test_pipeline.py::test_a_clock_that_jumps_back_repeats_nothing",
        "stages/test_due.py::test_a_clock_that_jumps_back_gives_the_same_slots_again",
        "delivery/test_limiter.py::test_a_clock_that_was_set_back_stops_nothing",
        "delivery/test_outages.py::test_a_database_clock_that_is_set_back_lengthens_no_wait_and_no_lease",
    ),
    _fault(
        "F22",
        "The program's clock is not the database's",
        "delivery/test_outages.py::test_a_database_whose_clock_is_not_the_programs_ends_leases_by_its_own",
    ),
    _fault(
        "F23",
        "Summer time, changed and dropped zones",
        "stages/test_due.py::test_every_zone_gives_one_slot_per_local_day_and_time_across_all_its_changes",
        "stages/test_due.py::test_a_zone_that_tzdata_dropped_counts_as_utc_and_a_schedule_of_nothing_has_no_slot",
    ),
    _fault(
        "F24",
        "Zone or hour changed around the slot",
        "test_pipeline.py::test_what_a_reader_changes_while_a_digest_is_planned_wins",
        "storage/test_digests.py::test_a_slot_is_decided_once",
    ),
    _fault(
        "F25",
        "429 with a wait",
        "test_pipeline.py::test_a_wait_that_telegram_asks_for_is_kept",
        "delivery/test_limiter.py::test_nothing_is_granted_inside_a_wait",
    ),
    _fault(
        "F26",
        "429 for one chat",
        "delivery/test_outages.py::test_a_flood_of_one_chat_holds_no_other",
        "sandbox/test_probes_flood.py::test_one_chat_that_is_flooded_does_not_hold_others",
        note=f"and {CHAOS}, in which others are served meanwhile",
    ),
    _fault(
        "F27",
        "500 before and after it was taken",
        "outputs/test_telegram_chat.py::test_after_the_request_was_written_everything_but_a_clear_answer_is_unknown",
        note=f"and {CHAOS}",
    ),
    _fault(
        "F28",
        "502 as a page, 200 with broken JSON",
        "outputs/test_telegram_chat.py::test_after_the_request_was_written_everything_but_a_clear_answer_is_unknown",
        "delivery/test_outages.py::test_while_nobody_tells_what_arrives_everything_waits_and_few_messages_are_in_doubt",
        note=f"and {CHAOS}",
    ),
    _fault(
        "F29",
        "No answer after it was taken",
        "delivery/test_worker.py::test_a_request_without_an_answer_is_unknown_at_the_deadline",
        note=f"and {CHAOS}",
    ),
    _fault(
        "F30",
        "Refused, no name, no handshake, no free connection",
        "delivery/test_transport.py::test_a_refused_connection_was_never_sent",
        "delivery/test_transport.py::test_a_name_that_nobody_knows_was_never_sent",
        "delivery/test_transport.py::test_a_refused_handshake_was_never_sent",
        "delivery/test_transport.py::test_a_request_that_found_no_free_connection_was_never_sent",
    ),
    _fault(
        "F31",
        "Reset, half an answer",
        "delivery/test_transport.py::test_once_it_is_written_nobody_knows",
        note=f"and {CHAOS}",
    ),
    _fault(
        "F32",
        "An answer in drips",
        "delivery/test_transport.py::test_once_it_is_written_nobody_knows",
        note=f"and {CHAOS}",
    ),
    _fault(
        "F33",
        "Telegram down for an hour",
        "delivery/test_outages.py"
        "::test_in_an_hour_without_telegram_a_few_try_for_all_and_everything_is_sent_once_afterwards",
        "storage/test_claims.py::test_each_chat_gets_its_next_part_the_longest_due_first",
        "delivery/test_limiter.py::test_no_stretch_of_time_holds_more_than_the_rate_and_a_burst",
        note="no time of arrival is told to anybody yet",
    ),
    _fault(
        "F34",
        "Crash between two parts",
        "test_pipeline.py::test_whenever_the_program_stops_every_story_is_sent_once",
        "storage/test_claims.py::test_parts_go_out_in_their_order_and_digests_in_theirs",
    ),
    _fault(
        "F35",
        "A part that is refused",
        "outputs/test_telegram_chat.py::test_a_text_whose_entities_are_refused_goes_once_more_as_plain_text",
        "test_pipeline.py::test_what_telegram_will_never_take_is_parked_and_the_next_part_goes_on",
    ),
    _fault(
        "F36",
        "Group to supergroup",
        "storage/test_chats.py::test_a_group_moves_with_everything_it_wanted_saw_and_waits_for",
        "storage/test_chats.py::test_a_supergroup_that_was_there_first_gives_way_without_a_repeat",
        "storage/test_chats.py::test_what_is_in_doubt_moves_with_its_group",
        note=f"and {CHAOS}, learnt both ways",
    ),
    _fault(
        "F37",
        "Blocked, kicked, not found",
        "test_pipeline.py::test_a_chat_that_is_gone_is_paused_and_not_written_to_again",
        "test_listener.py::test_a_chat_that_blocks_the_bot_is_paused_and_comes_back",
    ),
    _fault(
        "F38",
        "Rights lost, topic closed",
        "delivery/test_rights.py::test_where_it_may_not_write_it_stops_tells_its_owner_once_and_goes_on_when_it_may",
        "delivery/test_rights.py::test_an_answer_into_a_topic_that_was_deleted_meanwhile_ends_nothing",
        note="digests go to the chat as a whole, never into a topic",
    ),
    _fault("F39", "Token revoked", "outputs/test_telegram_chat.py::test_a_revoked_token_fails_no_message"),
    _fault(
        "F40",
        "Updates twice, shuffled, lost, old; ids that begin anew",
        EACH,
        "test_hearing.py::test_what_is_told_twice_or_shuffled_is_applied_once",
        "test_polling.py::test_after_an_idle_week_updates_with_lower_ids_are_carried_out_too",
        "test_polling.py::test_what_waits_from_before_the_ids_began_anew_comes_first",
    ),
    _fault("F41", "SIGKILL with updates on their way", EACH, note=f"and {CHAOS}"),
    _fault(
        "F42",
        "Webhook twice, at once, out of order",
        note="none: there is no webhook; updates are polled, and shown twice and shuffled in F40",
    ),
    _fault(
        "F45",
        "Two instances, two databases, one token",
        "test_polling.py::test_of_two_programs_with_one_token_each_says_so_and_goes_on_sending",
        note="neither stops sending: nobody can know which of the two is wanted",
    ),
    _fault(
        "F56",
        "Out of descriptors, out of memory",
        "delivery/test_descriptors.py::test_out_of_descriptors_nothing_is_lost_or_repeated_and_it_recovers",
        note="out of memory is the kill of F1",
    ),
)


def missing(faults: tuple[Fault, ...] = FAULTS) -> list[str]:
    """The tests that are named and are not there."""
    return [one for fault in faults for one in fault.shown if not _is_there(one)]


def _is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    file = ROOT / "tests" / path
    return file.exists() and f"def {name}(" in file.read_text(encoding="utf-8")

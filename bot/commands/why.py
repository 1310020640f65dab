"""/why STORY or LINK: why it came and stood where it stood, or why it did not come; alone, how stories are ranked."""

from __future__ import annotations

from datetime import timedelta

from bot import cards, commands, explaining, locales, pipeline, settings
from bot.errors import UserError
from bot.explaining import Miss, Told, Unread
from bot.model import Reply, Request, StoryId, Subscription
from bot.stages import choose, render
from bot.world import World

HOUR = timedelta(hours=1)


async def run(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    if not request.words:
        return Reply(messages=(render.rich(*_ranking(say)),))
    story_id = await explaining.named(world, request.words[0])
    told = await pipeline.one(world, request.chat, story_id, now_at=request.now_at) if story_id else None
    if story_id is None or told is None:
        return Reply(messages=(render.rich(await _unread(request, world, say)),))
    parts: list[render.Part] = [render.bold(told[0].headline)]
    found = await explaining.digests(world, request.chat, story_id)
    if found and found[0].rank:
        parts += ["\n\n", _came(request, world, found[0], say), "\n", "\n".join(_reasons(found[0], request, world))]
    elif found:
        parts += ["\n\n", await _behind(request, world, found[0], say)]
    else:
        parts += ["\n\n", "\n".join(await _missed(request, world, story_id, say))]
    return Reply(messages=(render.rich(*parts),))


def _ranking(say: locales.Catalogue) -> list[render.Part]:
    lines = (
        say.text("What more publishers tell comes first; several papers of one house count once."),
        say.text("What is fresh comes before what is old: after twelve hours freshness counts half."),
        say.text("A story with more facts comes a little earlier."),
        say.text("A story with one of your words comes before one that only has your topic."),
        say.text("Each story of a topic makes the next of the same topic come later."),
        say.text("Your thumbs move stories like those a little; they never hide one. /reset undoes them."),
    )
    title = say.text("How stories are ranked")
    hint = say.text("For one story: tap 👍👎 under the digest and then ❓, or send /why and a link.")
    return [render.bold(title), "".join(f"\n• {line}" for line in lines), "\n\n", hint]


async def _unread(request: Request, world: World, say: locales.Catalogue) -> str:
    why, site = await explaining.unread(world, request.words[0])
    match why:
        case Unread.GONE:
            raise UserError("This story is not stored any more.")
        case Unread.NO_LINK:
            raise UserError("This is no link. Send /why and the link of an article, as it stands under a story.")
        case Unread.HIDDEN:
            return say.text("This article was taken down here, and stays out.")
        case Unread.NOT_READ:
            return say.text("I do not read {site}. Whoever runs this bot can add it.", site=site)
    return say.text(
        "I read {site}, but this article never came from there, or could not be used: without a text, or old already.",
        site=site,
    )


def _name(request: Request, world: World, wanted: Subscription | None) -> str:
    if wanted is None:
        return locales.catalogue(request.chat.language).text("a subscription that is gone")
    return cards.name(cards.Card(world=world, chat=request.chat, subscription=wanted, now_at=request.now_at))


def _came(request: Request, world: World, told: Told, say: locales.Catalogue) -> str:
    return say.text(
        "It came as number {rank} on {when} ({subscription}).",
        rank=told.rank,
        when=say.moment(told.due_at, request.chat.time_zone),
        subscription=_name(request, world, told.subscription),
    )


def _reasons(told: Told, request: Request, world: World) -> list[str]:
    """The parts of its worth, a line each."""
    say, reason = locales.catalogue(request.chat.language), told.place.reason
    hours = reason.age // HOUR
    lines = [
        say.text("Your words in it: {words}.", words=", ".join(reason.words)) if reason.words else "",
        say.text("Your topic: {topic}.", topic=world.topic_name(reason.topic, say.language)) if reason.topic else "",
        say.plural("{n} publisher told it.", "{n} publishers told it.", max(1, reason.publishers)),
        say.plural("Its last report was {n} hour old.", "Its last report was {n} hours old.", hours)
        if hours
        else say.text("Its last report was less than an hour old."),
        say.plural("It had {n} fact.", "It had {n} facts.", reason.facts) if reason.facts else "",
        say.plural(
            "{n} story of this topic stood before it, so it came later.",
            "{n} stories of this topic stood before it, so it came later.",
            reason.before,
        )
        if reason.before and not reason.passed
        else "",
        say.plural(
            "It has a picture to lead with, so it stands before {n} story that was worth more.",
            "It has a picture to lead with, so it stands before {n} stories that were worth more.",
            reason.passed,
        )
        if reason.passed
        else "",
        *_votes(reason, say),
    ]
    return [f"• {line}" for line in lines if line]


def _votes(reason: choose.Reason, say: locales.Catalogue) -> list[str]:
    votes = reason.votes
    said = (
        (votes.topic, say.text("Your votes: more of its topic."), say.text("Your votes: less of its topic.")),
        (votes.source, say.text("Your votes: more from its source."), say.text("Your votes: less from its source.")),
        (votes.terms, say.text("Your votes: more of such stories."), say.text("Your votes: less of such stories.")),
    )
    return [more if part > 0 else less for part, more, less in said if part]


async def _behind(request: Request, world: World, told: Told, say: locales.Catalogue) -> str:
    """How many stood before it, and which was the first of them."""
    first = await pipeline.one(world, request.chat, told.first, now_at=request.now_at)
    when = say.moment(told.due_at, request.chat.time_zone)
    line = say.plural(
        "It did not fit into the digest of {when}: {n} story stood before it.",
        "It did not fit into the digest of {when}: {n} stories stood before it.",
        told.better,
        when=when,
    )
    return f"{line}\n" + (say.text("The first of them: “{headline}”", headline=first[0].headline) if first else "")


async def _missed(request: Request, world: World, story_id: StoryId, say: locales.Catalogue) -> list[str]:
    found = await explaining.missed(world, request.chat, story_id, now_at=request.now_at)
    if not found:
        return [settings.next_line(say, request.chat, await settings.subscription(world, request.chat))]
    lines = []
    for wanted, why, words in found:
        reason = _then(say, request, wanted) if why is Miss.NEXT else _why(why, words, say)
        lines.append(say.text("{subscription}: {why}", subscription=_name(request, world, wanted), why=reason))
    return lines


def _then(say: locales.Catalogue, request: Request, wanted: Subscription) -> str:
    then = settings.next_line(say, request.chat, wanted)
    return say.text("it waits for the next digest. {next}", next=then)


def _why(why: Miss, words: tuple[str, ...], say: locales.Catalogue) -> str:
    match why:
        case Miss.LANGUAGE:
            return say.text("it is in none of the languages you read there.")
        case Miss.SOURCE:
            return say.text("you left out the sources that tell it in a language you read there.")
        case Miss.UNWANTED:
            return say.text("it has none of your topics and words.")
        case Miss.MUTED:
            return say.text("you muted {words}.", words=", ".join(words))
        case Miss.SEEN:
            return say.text("you were told this story before.")
        case Miss.BEFORE:
            return say.text("a first digest tells the last 24 hours, and it is older.")
    return say.text(
        "it was there before the last digest, and too many others stood before it or you did not want it yet."
    )


COMMAND = commands.Command(name="why", summary="Why a story came or did not: /why and its link", rank=19, run=run)

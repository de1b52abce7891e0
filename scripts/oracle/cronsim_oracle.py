#!/usr/bin/env python3
"""Answers of cronsim, a cron of another make, around changes of the clocks.

cronsim (PyPI) follows Debian's cron. It reads its zones from PyPI's tzdata of the release that is
asked for, so that both sides of a comparison know the same changes. Both are installed into
~/.cache/aegis/oracle on first use.

    scripts/oracle/cronsim_oracle.py --tz 2025b --sample   # the committed sample
    scripts/oracle/cronsim_oracle.py --tz 2025b            # every zone, every change of 2000-2037

One line per question: zone | expression | after | until | answers. "after" is excluded, "until" is
included, answers are instants in UTC. Lines that begin with "#" are remarks.
"""

import argparse
import os
import subprocess
import sys

CRONSIM = "2.8"


def enter_environment(tz: str) -> None:
    """Goes on inside an environment that has cronsim and the tz release."""
    home = os.path.expanduser(f"~/.cache/aegis/oracle/cronsim-{CRONSIM}-tz-{tz}")
    python = os.path.join(home, "bin", "python")
    if os.path.realpath(sys.prefix) == os.path.realpath(home):
        return
    if not os.path.exists(os.path.join(home, "complete")):
        year, letter = tz[:4], tz[4:]
        tzdata = f"tzdata=={year}.{ord(letter) - ord('a') + 1}"
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True, stdout=sys.stderr)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"cronsim=={CRONSIM}", tzdata], check=True, stdout=sys.stderr)
        open(os.path.join(home, "complete"), "w").close()
    os.execv(python, [python, *sys.argv])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tz", required=True, help="tz release, such as 2025b")
    parser.add_argument("--sample", action="store_true", help="a few zones and years only")
    return parser.parse_args()


if __name__ == "__main__":
    ARGUMENTS = arguments()
    enter_environment(ARGUMENTS.tz)

import hashlib
import multiprocessing
import zoneinfo
from datetime import datetime, timedelta, timezone

import tzdata
from cronsim import CronSim

ZONES = os.path.join(os.path.dirname(tzdata.__file__), "zoneinfo")
zoneinfo.reset_tzpath([ZONES])
UTC = timezone.utc

# Fixed times: single, lists, ranges, steps, days of every kind.
FIXED = [
    "30 2 * * *",
    "0 0 * * *",
    "59 23 * * *",
    "0,30 1-3 * * *",
    "30 2,14 * * *",
    "10-50/20 0-23/3 * * *",
    "15 0,1,2,3 * * sun",
    "30 1,2,3 L * *",
    "45 0,2,23 1-7 * mon",
    "5 1,2 * * 0#1",
]
# What follows the wall clock: a star first in the minute or the hour.
WILD = [
    "30 * * * *",
    "*/15 * * * *",
    "0 */2 * * *",
    "*/20 0-3 * * *",
    "* 2 * * sun",
    "5 */3 * * 6,0",
]
# Days alone, over years; no clock changes at noon.
DAYS = [
    "0 12 L * *",
    "0 12 LW * *",
    "0 12 * * 5L",
    "0 12 * * 5#3",
    "0 12 */10 * mon",
    "0 12 13 * fri",
    "0 12 1-7 * mon",
    "0 12 29 2 *",
    "0 12 31 */2 *",
    "0 12 15,L mar-oct/3 *",
    "0 12 * jan,jul 1-5/2",
    "0 12 * * 5-7",
]
# How far around a change is looked; what happens all the time is looked at less far.
AROUND_FIXED, AROUND_WILD = timedelta(hours=36), timedelta(hours=12)
AROUND_WILD_SAMPLE = timedelta(hours=3)
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
# cronsim makes up for a gap of any length. Debian's cron does so up to three hours, and Aegis too.
LONGEST_GAP = timedelta(hours=3)
HOUR = timedelta(hours=1)

SAMPLE_ZONES = [
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Chatham",
]
SAMPLE_YEARS = {"Antarctica/Casey": (2018, 2021), "Asia/Pyongyang": (2015, 2019), "Pacific/Apia": (2011, 2012)}


def changes(zone: str) -> list[tuple[datetime, timedelta, timedelta]]:
    """The instants from which on a zone's offset is another, with the offsets before and after."""
    key, found = zoneinfo.ZoneInfo(zone), []
    day, before = FIRST, FIRST.astimezone(key).utcoffset()
    while day < LAST:
        day += timedelta(days=1)
        after = day.astimezone(key).utcoffset()
        if after != before:
            low, high = day - timedelta(days=1), day
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                same = middle.astimezone(key).utcoffset() == before
                low, high = (middle, high) if same else (low, middle)
            found.append((high, before, after))
            before = after
    return found


def by_steps(zone: str, expression: str, after: datetime, until: datetime):
    """What cronsim finds by itself."""
    for answer in CronSim(expression, after.astimezone(zoneinfo.ZoneInfo(zone))):
        answer = answer.astimezone(UTC)
        if answer > until:
            return
        yield answer


def by_minutes(zone: str, expression: str, after: datetime, until: datetime):
    """What cronsim's fields match, asked at every minute of the wall clock.

    cronsim looks for hours in steps of 3600 seconds from the minute 0 and so passes by what the
    clock shows between a change that is not of whole hours, or not at one, and the next full hour.
    """
    key = zoneinfo.ZoneInfo(zone)
    fields = CronSim(expression, after.astimezone(key))
    while after < until:
        after += timedelta(minutes=1)
        shown = after.astimezone(key)
        time = shown.minute in fields.minutes and shown.hour in fields.hours
        if time and shown.month in fields.months and fields.match_day(shown.date()):
            yield after


def answers(zone: str, expression: str, after: datetime, until: datetime, ask=by_steps) -> str:
    form = "%Y-%m-%dT%H:%M:%SZ"
    found = " ".join(f"{answer:{form}}" for answer in ask(zone, expression, after, until))
    return f"{expression} | {after:{form}} | {until:{form}} | {found}"


def around(zone: str, change: datetime, before: timedelta, after: timedelta) -> list[str]:
    """The answers around one change; some expressions name the readings that it skips or repeats."""
    reading = (change + min(before, after)).replace(tzinfo=None)
    length = abs(after - before)
    named = [reading + length * part // 4 for part in range(-1, 5)]
    fixed = FIXED + [f"{r.minute} {r.hour} * * *" for r in named]
    if after - before > LONGEST_GAP:
        fixed = []
    wild = WILD + [f"*/5 {reading.hour} * * *", f"{reading.minute} * * * *"]
    hours = (reading - datetime.min) % HOUR == timedelta(0) == length % HOUR
    ask = by_steps if hours else by_minutes
    far, near = AROUND_FIXED, AROUND_WILD_SAMPLE if ARGUMENTS.sample else AROUND_WILD
    return [answers(zone, e, change - far, change + far) for e in dict.fromkeys(fixed)] + [
        answers(zone, e, change - near, change + near, ask) for e in dict.fromkeys(wild)
    ]


def ask_zone(task: tuple[str, tuple[int, int]]) -> list[str]:
    zone, (first, last) = task
    lines = []
    for change, before, after in changes(zone):
        if first <= change.year <= last:
            lines += around(zone, change, before, after)
    if not ARGUMENTS.sample or zone == "Europe/Berlin":
        start = datetime(2024, 1, 1, tzinfo=UTC)
        end = start.replace(year=2025 if ARGUMENTS.sample else 2029)
        lines += [answers(zone, expression, start, end) for expression in DAYS]
    return lines


def contents(zone: str) -> bytes:
    with open(os.path.join(ZONES, zone), "rb") as file:
        return hashlib.sha256(file.read()).digest()


def main() -> None:
    with open(os.path.join(ZONES, "tzdata.zi"), encoding="ascii") as file:
        release = file.readline().split()[-1]
    if release != ARGUMENTS.tz:
        sys.exit(f"tzdata is release {release}, not {ARGUMENTS.tz}")
    print(f"# cronsim {CRONSIM}, tz {release}")
    if ARGUMENTS.sample:
        print(f"# made by: scripts/oracle/cronsim_oracle.py --tz {release} --sample")
        print("# zone | expression | after (excluded) | until (included) | answers, in UTC")
        years = {zone: SAMPLE_YEARS.get(zone, (2026, 2026)) for zone in SAMPLE_ZONES}
    else:
        # "Factory" is not a zone: it says that none was set.
        zones = sorted(zoneinfo.available_timezones() - {"Factory"})
        years = {zone: (2000, 2037) for zone in zones}
    # Many names are of the same zone, and have the same answers.
    names: dict[bytes, list[str]] = {}
    for zone in years:
        names.setdefault(contents(zone), []).append(zone)
    tasks = [(same[0], years[same[0]]) for same in names.values()]
    with multiprocessing.Pool() as pool:
        for same, lines in zip(names.values(), pool.imap(ask_zone, tasks)):
            for zone in same:
                sys.stdout.writelines(f"{zone} | {line}\n" for line in lines)


if __name__ == "__main__":
    main()

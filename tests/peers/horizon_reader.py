"""Reads a calendar from standard input with a library that nobody here wrote, and says as JSON what it holds."""

import json
import sys

import icalendar

raw = sys.stdin.buffer.read()
calendar = icalendar.Calendar.from_ical(raw)
assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "a line is longer than 75 octets"
assert b"\n" not in raw.replace(b"\r\n", b""), "a line ends without CR"
for component in calendar.walk():
    assert not component.errors, component.errors
events = [
    {
        "uid": str(event["UID"]),
        "summary": str(event["SUMMARY"]),
        "description": str(event["DESCRIPTION"]),
        "start": event.decoded("DTSTART").isoformat(),
        "days": (event.decoded("DTEND") - event.decoded("DTSTART")).days,
        "stamped": event.decoded("DTSTAMP").tzinfo is not None,
        "alarms": [alarm.decoded("TRIGGER").days for alarm in event.walk("VALARM")],
    }
    for event in calendar.walk("VEVENT")
]
print(json.dumps({"version": str(calendar["VERSION"]), "events": events}))

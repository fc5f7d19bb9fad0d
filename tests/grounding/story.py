"""The article that tests of grounding hold claims against."""

from __future__ import annotations

from standfirst.reading.text import read_text

STORY = read_text(
    "President Joe Biden took part in a 50-minute telephone call with Russian President Vladimir Putin on Thursday. "
    "On the call, Biden urged Putin to de-escalate tensions with Ukraine. "
    "Biden has said that sending troops to Ukraine in the event of a Russian invasion is “not on the table.” "
    "The United States has not offered Russia any guarantees. "
    "The two leaders last spoke on Dec. 7. "
    "The company reported sales of $3.5 million in the year to June, a rise of 12%, and cut two of its 40 shops. "
    "Chief executive Ann Lee said the firm would open a factory in Leeds in January 2023."
)

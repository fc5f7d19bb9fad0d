"""Sample articles for digests: one about the event of the service's sample, and one about another event."""

from __future__ import annotations

#: The same story in another newspaper: most of the words, in other sentences, and another price.
RIVAL = (
    "Old Mill bridge in Harwick will be closed to all traffic for nine months, Harwick council decided on Tuesday. "
    "The vote was 14 to 3. "
    "The work will cost £2.9m, of which the county will pay £1.5m. "
    "Buses 4 and 11 will be sent over the ring road. "
    "The ferry company said that it would run a boat every ten minutes from the quay to the market while the bridge is "
    "closed. "
    "Shopkeepers in Mill Street had asked the council for work at night with one lane of the bridge kept open."
)
OTHER = (
    "The museum of natural history in Lowford has bought a fossil of a whale that is eleven metres long. "
    "A farmer found the bones in a gravel pit four years ago, and students dug them out by hand. "
    "Visitors will see the skull from Easter, the museum's director Ana Prior said. "
    "The whale swam in a sea that covered Lowford two million years ago."
)

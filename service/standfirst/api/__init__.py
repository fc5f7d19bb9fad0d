"""HTTP: routes, wire schemas, problem+json and limits; what a briefing is, is not known here."""

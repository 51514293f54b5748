"""From mentions to speakers: names, aliases, pronouns, descriptions and continuations."""

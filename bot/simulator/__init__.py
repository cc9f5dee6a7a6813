"""A phone carrier for the demo and the tests: speaks Twilio's protocol on both sides. Never for real texts."""

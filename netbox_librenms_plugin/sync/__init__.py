"""The pure core: records of both sides become a plan. No Django, no NetBox, no HTTP in here."""

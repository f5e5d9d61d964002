"""What every resource stands on: plans, identity, comparison, policies, reasons. Pure."""

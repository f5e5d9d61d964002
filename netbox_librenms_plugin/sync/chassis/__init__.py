"""Chassis of stacks: which one is which member. Pure."""

"""Developer tooling: the demo, the tests' set-up and the checks; never installed with the plugin."""

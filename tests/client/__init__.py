"""Tests of the LibreNMS client, against real HTTP servers on loopback and a real cache."""

"""Wheels installed and imported on this host. The one room that runs a wheel's code."""

"""What the gateway costs, measured on the whole release over a real server: `make bench`."""

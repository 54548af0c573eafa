"""What tests stand on: a server of their own, a register for each test, and the check that knows everything."""

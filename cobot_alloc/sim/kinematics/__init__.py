"""How an arm is put together, how its tools follow its joints, and poses seen from poses."""

"""The camera wall as values: what stands where, named scenes, tours, and the alarms that come before them. No Qt."""

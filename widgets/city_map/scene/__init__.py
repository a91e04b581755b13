"""What is on the map, without any pixel: columns, where is what, alarms counted."""

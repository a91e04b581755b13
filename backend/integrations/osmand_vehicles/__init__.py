"""Municipal vehicles that tell where they are: Traccar and OsmAnd over HTTP, OwnTracks over MQTT."""

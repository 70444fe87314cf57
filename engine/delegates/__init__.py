"""What a service task may call, registered by name; one file per act."""

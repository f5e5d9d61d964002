"""New devices and virtual chassis, into NetBox."""

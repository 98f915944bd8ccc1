"""Devices that tell what happens over an MQTT broker: doors, scales, machines."""

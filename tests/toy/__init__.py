"""A resource that the plugin does not have: console ports, which LibreNMS lists among the ports of a device.

Its rules, its reading and writing, its declaration and its table are those that ``docs/development`` describes.
"""

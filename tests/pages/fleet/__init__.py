"""Pages about many objects: from NetBox's lists to the results of a sync."""

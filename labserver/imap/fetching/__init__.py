"""What FETCH tells of a message: `fetch` puts it together from sections, structure and parts."""

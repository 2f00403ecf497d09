"""Other people's servers, started beside the lab: for comparison of replies and of speed."""

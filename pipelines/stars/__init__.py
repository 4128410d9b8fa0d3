"""Who is a star, who is next, how they got there, who is drifting away."""

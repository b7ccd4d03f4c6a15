"""From one accounting scheme to another: the plan, its checks, its journals."""

"""From decisions to PRISMA 2020 counts."""

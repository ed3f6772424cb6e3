"""`python -m mockorders`: the command line."""

from mockorders.cli import main

if __name__ == "__main__":
    main()

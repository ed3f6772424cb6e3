"""`python -m mockorders`: the command line."""

from mockorders.cli.main import main

if __name__ == "__main__":
    main()

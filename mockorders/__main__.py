"""Run the command line with `python -m mockorders`."""

from mockorders.cli.main import main

if __name__ == "__main__":
    main()

"""Maps that leave the console: values in, one self-contained HTML or CSV file out; made in a process of its own."""

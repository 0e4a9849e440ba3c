"""The library: frames or lists in, results out, no pipeline needed."""

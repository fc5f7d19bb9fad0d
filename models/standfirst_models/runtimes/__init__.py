"""The runtimes: the programs that run a model, torch and OpenVINO. Importing this package imports neither."""

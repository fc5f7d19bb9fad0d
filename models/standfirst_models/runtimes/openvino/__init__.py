"""The OpenVINO runtime: models on a processor, built from torch's weights once when the cache is filled."""

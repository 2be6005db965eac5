"""The invented sample (示例数据): a city that does not exist, its people, its complaints, and its bulletins."""

from services.sample.composing import Sample, compose_sample
from services.sample.loading import Loaded, SampleDiffers, SampleInFuture, load_sample
from services.sample.publishing import publish_sample

__all__ = ["Loaded", "Sample", "SampleDiffers", "SampleInFuture", "compose_sample", "load_sample", "publish_sample"]

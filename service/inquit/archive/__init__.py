"""Archives of articles in files: planned into shards, read by many processes, written shard by shard.

files > shards > shard reader > run folder; a shard is done once its marker stands, so a run that
was killed goes on where it was.
"""

"""Goes through the OSS driver of Apache Libcloud, and prints what each step gave."""

import json
import os
import tempfile

from libcloud.storage.providers import get_driver
from libcloud.storage.types import Provider

results = {}


def step(name, action):
    try:
        results[name] = action()
    except Exception as error:  # What it throws is the result.
        results[name] = f"{type(error).__name__}: {error}"


def download(name):
    path = os.path.join(tempfile.mkdtemp(), "file")
    driver.download_object(driver.get_object("client-bucket", name), path)
    with open(path, "rb") as file:
        return file.read().decode()


# It sends the cloud's names in Host wherever it connects to.
driver = get_driver(Provider.ALIYUN_OSS)(
    os.environ["KEY_ID"],
    os.environ["SECRET"],
    secure=False,
    host="127.0.0.1",
    port=int(os.environ["PORT"]),
)
bucket = driver.get_container("client-bucket")
step("list buckets", lambda: [container.name for container in driver.iterate_containers()])
step("list objects", lambda: [item.name for item in driver.iterate_container_objects(bucket)])
step("list a folder", lambda: [item.name for item in driver.iterate_container_objects(bucket, prefix="dir/")])
step("head", lambda: driver.get_object("client-bucket", "a").size)
step("download", lambda: download("a"))
step("delete", lambda: driver.delete_object(driver.get_object("client-bucket", "old")))
step("upload", lambda: driver.upload_object(__file__, bucket, "up").size)
print(json.dumps(results))

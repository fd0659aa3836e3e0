"""Works on /vsioss/client-bucket/ with GDAL as it is; prints what came of each operation as JSON."""

import json
import os
import tempfile

from osgeo import gdal

gdal.UseExceptions()
ROOT = "/vsioss/client-bucket/"
KEY = "dir/name with space+plus&'()*!%目录😀.txt"
BIG = b"abcdefg" * 500_000


def write(path, data):
    file = gdal.VSIFOpenL(path, "wb")
    gdal.VSIFWriteL(data, 1, len(data), file)
    return gdal.VSIFCloseL(file)


def read(path, offset=0, size=1 << 24):
    gdal.VSICurlClearCache()
    file = gdal.VSIFOpenL(path, "rb")
    gdal.VSIFSeekL(file, offset, 0)
    data = bytes(gdal.VSIFReadL(1, size, file))
    gdal.VSIFCloseL(file)
    return data


def sync():
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "source", "sub"))
        with open(os.path.join(folder, "source", "sub", "a.txt"), "w") as file:
            file.write("hello world")
        gdal.Sync(os.path.join(folder, "source"), ROOT)
        back = os.path.join(folder, "back")
        os.mkdir(back)
        gdal.Sync(ROOT + "source/", back)
        with open(os.path.join(back, "sub", "a.txt")) as file:
            return file.read()


def checksum(path):
    # The band lives as long as its dataset.
    dataset = gdal.Open(path)
    return dataset.GetRasterBand(1).Checksum()


def raster():
    options = ["TILED=YES", "COMPRESS=DEFLATE"]
    source = gdal.GetDriverByName("GTiff").Create("/vsimem/a.tif", 700, 700)
    source.GetRasterBand(1).Fill(7)
    source = None
    gdal.SetConfigOption("CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE", "YES")
    gdal.Translate(ROOT + "a.tif", "/vsimem/a.tif", creationOptions=options)
    gdal.VSICurlClearCache()
    return checksum(ROOT + "a.tif") == checksum("/vsimem/a.tif") != 0


def gone(path):
    gdal.VSICurlClearCache()
    return gdal.VSIStatL(path) is None


OPERATIONS = {
    "write": lambda: write(ROOT + KEY, b"hello world"),
    "read": lambda: read(ROOT + KEY).decode(),
    "seek and read": lambda: read(ROOT + KEY, 6, 3).decode(),
    "stat": lambda: gdal.VSIStatL(ROOT + KEY).size,
    "write in parts": lambda: [write(ROOT + "big", BIG), read(ROOT + "big") == BIG],
    "read dir": lambda: gdal.ReadDir(ROOT + "dir"),
    "read dir recursively": lambda: gdal.ReadDirRecursive(ROOT),
    "headers": lambda: gdal.GetFileMetadata(ROOT + KEY, "HEADERS")["x-oss-object-type"],
    "signed get": lambda: gdal.GetSignedURL(ROOT + "put", ["EXPIRATION_DELAY=600"]),
    "signed put": lambda: gdal.GetSignedURL(ROOT + "put", ["EXPIRATION_DELAY=600", "VERB=PUT"]),
    "rename": lambda: [gdal.Rename(ROOT + "big", ROOT + "bigger"), gone(ROOT + "big"), read(ROOT + "bigger") == BIG],
    "make and remove dir": lambda: [gdal.Mkdir(ROOT + "made", 0o755), gdal.Rmdir(ROOT + "made")],
    "sync": sync,
    "raster": raster,
    "unlink": lambda: [gdal.Unlink(ROOT + KEY), gone(ROOT + KEY)],
    "unlink batch": lambda: [gdal.UnlinkBatch([ROOT + "bigger", ROOT + "a.tif"]), gone(ROOT + "bigger")],
    "list buckets": lambda: gdal.ReadDir("/vsioss/"),
    "abort uploads": lambda: gdal.AbortPendingUploads(ROOT + "big"),
}


def attempt(operation):
    try:
        return operation()
    except Exception as error:
        return {"error": str(error)}


print(json.dumps({name: attempt(operation) for name, operation in OPERATIONS.items()}))

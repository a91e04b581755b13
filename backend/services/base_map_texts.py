"""What is said of base maps that cannot be drawn: what happened, and what to do."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    # Files
    "base_map_bad_tile": "{file}: its tile {tile} is not an image; make the file anew",
    "base_map_crs": "{file}: its reference system {crs} is not known; convert the file to WGS84 (EPSG:4326)",
    "base_map_damaged": "{file} is damaged or is not what its name says ({reason}); copy or make it anew",
    "base_map_empty": "{file} is empty; copy it anew",
    "base_map_format": "this kind of file is not drawn; base maps are .mbtiles, .pmtiles, .geojson (.gz too), .gpkg,"
    " or a shapefile in a .zip",
    "base_map_gone": "its file is not in the folder of base maps any more; put it back, or take [maps.{id}] out of"
    " base_maps.toml",
    "base_map_left_out": "{count} features are left out: their places or shapes cannot be drawn",
    "base_map_link": "{file} is a link, and links are not followed; copy the file itself into the folder",
    "base_map_locked": "{file} is being written by another program; wait until it has finished",
    "base_map_missing": "{file} is not there any more; copy it anew",
    "base_map_no_features": "{file} has no line, area or point to draw; look whether it is the right file",
    "base_map_no_layer": "{file} has no layer with lines, areas or points; look whether it is the right file",
    "base_map_no_tiles": "{file} has no tiles; make it anew",
    "base_map_not_geojson": "{file} is not GeoJSON ({reason}); export it anew",
    "base_map_not_images": "{file} holds tiles that are neither PNG, JPEG nor WebP images; make it anew with one of"
    " these",
    "base_map_not_that": "{file} is not in the format {format}; give it the ending of what it is, or copy it anew",
    "base_map_nowhere": "{file}: none of its places lies on the Earth in degrees; convert it to WGS84 (EPSG:4326)",
    "base_map_packing": "{file} is packed with {packing}, which is not read; make it anew with gzip",
    "base_map_reader_ended": "{file} could not be read: reading it took too much memory or time, or it is damaged;"
    " make it smaller, or make it anew",
    "base_map_reading": "{file} is being read; it appears in a moment",
    "base_map_shapefile_parts": "a shapefile is several files; put .shp, .shx, .dbf and .prj into one .zip",
    "base_map_too_large": "{file} is too large; keep only the city, or simplify its lines",
    "base_map_too_many_features": "{file} has more than {count} features; keep only the city",
    "base_map_too_many_layers": "{file} has more than {count} layers; keep only those that shall be drawn",
    "base_map_too_many_points": "{file} has more than {count} points; simplify its lines, or keep only the city",
    "base_map_too_slow": "{file} took more than {seconds} s to read; make it anew with an index, or make it smaller",
    "base_map_unreadable": "{file} cannot be read ({reason}); give the backend's account the right to read it",
    "base_map_vector_tiles": "{file} holds vector tiles, which are not drawn yet; make it anew with PNG, JPEG or WebP"
    " images",
    "base_map_zip_bomb": "{file} would unpack to far more than is sensible; it was not opened",
    "base_map_zip_password": "{file} has a password; make it anew without one",
    "base_map_zip_shapefile": "{file} holds no whole shapefile; it needs .shp, .shx and .dbf of the same name",
    "base_map_zip_slip": "{file} would write outside of its folder; it was not opened",
    # Sending and deleting
    "base_map_name": "this name cannot be used for a file; take letters, figures, spaces, - and _, {count} at most",
    "base_map_no_room": "it could not be kept on the disk ({reason}); make room",
    "base_map_undeletable": "{file} cannot be deleted ({reason}); delete it in the folder of base maps",
    "base_map_upload_size": "{file} is larger than {count} MB; copy it into the folder of base maps on the server",
    # Settings
    "base_map_settings": "{file} is not right: {reason}",
    # Servers
    "base_map_busy": "too many tiles are asked of {host} at once; it goes on in a moment",
    "base_map_failing": "{host} answers with an error ({status}); it is asked again by itself",
    "base_map_forbidden": "{host} refuses to serve ({status}); look at the key in the address in base_maps.toml",
    "base_map_huge_tile": "{host} sends tiles of more than {count} MB; look at the address in base_maps.toml",
    "base_map_lies": "{host} does not send images ({what}); look at the address and layer in base_maps.toml",
    "base_map_redirects": "{host} sends us to another server, which is not followed; put the right address into"
    " base_maps.toml",
    "base_map_silent": "{host} does not answer; look at the network; it is asked again by itself",
    "base_map_unreachable": "{host} cannot be reached ({reason}); look at the network; it is asked again by itself",
}

//! The icon set from its three drawings: PNG by `rsvg-convert` (package librsvg2-bin), packed into .ico and .icns here.

use std::{fs, path::PathBuf};

use crate::{
    Outcome,
    sh::{self, program},
};

const SMALL: [u32; 3] = [16, 24, 32];
const LARGE: [u32; 5] = [48, 64, 128, 256, 512];

/// The kinds of picture in an .icns and the pixels of each.
const ICNS: [(&[u8; 4], u32); 8] = [
    (b"icp4", 16),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic13", 256),
    (b"ic09", 512),
    (b"ic10", 1024),
];

/// Renders `icons/*.svg` into everything the bundles want.
pub(crate) fn render() -> Outcome {
    for size in SMALL {
        draw("icon-small.svg", size, &format!("{size}x{size}.png"))?;
    }
    for size in LARGE {
        draw("icon.svg", size, &format!("{size}x{size}.png"))?;
    }
    draw("icon.svg", 256, "128x128@2x.png")?;
    draw("icon.svg", 1024, "icon.png")?;
    draw("tray-template.svg", 44, "tray-template.png")?;
    sh::write(&folder().join("icon.ico"), &ico()?)?;
    sh::write(&folder().join("icon.icns"), &icns()?)
}

fn folder() -> PathBuf {
    sh::root().join("icons")
}

fn draw(drawing: &str, size: u32, name: &str) -> Outcome {
    let size = size.to_string();
    let (from, to) = (folder().join(drawing), folder().join(name));
    let arguments = ["-w", &size, "-h", &size, &from.to_string_lossy(), "-o", &to.to_string_lossy()];
    sh::run(&mut program("rsvg-convert", &arguments))
}

fn picture(size: u32) -> Outcome<Vec<u8>> {
    let name = if size == 1024 { "icon.png".into() } else { format!("{size}x{size}.png") };
    fs::read(folder().join(&name)).map_err(|error| format!("{name}: {error}"))
}

/// An .ico: a header, one entry of 16 bytes a picture, then the pictures, which may be PNG since Windows Vista.
fn ico() -> Outcome<Vec<u8>> {
    // The window's own icon on Windows is the first entry.
    let sizes = [32, 16, 24, 48, 64, 256];
    let pictures = sizes.iter().map(|size| picture(*size)).collect::<Outcome<Vec<_>>>()?;
    let mut file = vec![0, 0, 1, 0];
    file.extend(number(sizes.len())?.to_le_bytes().get(..2).unwrap_or_default());
    let mut offset = 6 + 16 * sizes.len();
    for (size, png) in sizes.iter().zip(&pictures) {
        // A side of 256 is written as 0.
        let side = u8::try_from(*size).unwrap_or(0);
        file.extend([side, side, 0, 0, 1, 0, 32, 0]);
        file.extend(number(png.len())?.to_le_bytes());
        file.extend(number(offset)?.to_le_bytes());
        offset += png.len();
    }
    file.extend(pictures.concat());
    Ok(file)
}

/// An .icns: a magic word and the length of the file, then blocks of kind, length and PNG; lengths count their own header.
fn icns() -> Outcome<Vec<u8>> {
    let mut blocks = Vec::new();
    for (kind, size) in ICNS {
        let png = picture(size)?;
        blocks.extend(kind);
        blocks.extend(number(png.len() + 8)?.to_be_bytes());
        blocks.extend(png);
    }
    let mut file = b"icns".to_vec();
    file.extend(number(blocks.len() + 8)?.to_be_bytes());
    file.extend(blocks);
    Ok(file)
}

fn number(length: usize) -> Outcome<u32> {
    u32::try_from(length).map_err(|_| "an icon of 4 GiB".into())
}

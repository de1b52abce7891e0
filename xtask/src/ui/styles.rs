//! One stylesheet out of many, with the fonts that it names.
//!
//! `ui/src/styles/index.css` comes first: it imports the npm packages' files and the foundations in their order. Then
//! every other `.css` below `ui/src` follows, by path. `@import "…";` is replaced by the file, `./` meaning beside the
//! importing one and anything else an npm package; each `url(./…)` is copied to `fonts/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::files::{read, walk, write_if_changed};
use super::{Change, Paths};

/// Writes `aegis.css` and `fonts/`.
pub(super) fn write(paths: &Paths) -> Result<Change> {
    let foundations = paths.ui.join("src/styles");
    let mut sheet =
        Sheet { packages: paths.ui.join("node_modules"), css: String::new(), fonts: Vec::new() };
    sheet.append(&foundations.join("index.css"))?;
    for path in walk(&paths.ui.join("src"))? {
        if path.extension().is_some_and(|extension| extension == "css")
            && !path.starts_with(&foundations)
        {
            sheet.append(&path)?;
        }
    }
    let mut written = write_if_changed(&paths.dist.join("aegis.css"), sheet.css.as_bytes())?;
    for font in &sheet.fonts {
        let bytes = fs::read(font).with_context(|| format!("cannot read {}", font.display()))?;
        let name = font.file_name().with_context(|| format!("{} is no file", font.display()))?;
        written |= write_if_changed(&paths.dist.join("fonts").join(name), &bytes)?;
    }
    Ok(Change::from(written))
}

struct Sheet {
    /// `node_modules`.
    packages: PathBuf,
    css: String,
    /// The files that the stylesheet names, where they are now.
    fonts: Vec<PathBuf>,
}

impl Sheet {
    /// Appends the file, with its imports in place.
    fn append(&mut self, path: &Path) -> Result<()> {
        for line in read(path)?.lines() {
            match line.strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
                Some(name) => match name.strip_prefix("./") {
                    Some(beside) => self.append(&path.with_file_name(beside))?,
                    None => self.append(&self.packages.join(name))?,
                },
                None => self.append_line(line, path)?,
            }
        }
        Ok(())
    }

    fn append_line(&mut self, line: &str, path: &Path) -> Result<()> {
        const OPEN: &str = "url(./";
        let mut rest = line;
        while let Some(start) = rest.find(OPEN) {
            let Some(length) = rest[start..].find(')') else {
                bail!("`url(` is not closed in {}: `{line}`", path.display());
            };
            let font = path.with_file_name(&rest[start + OPEN.len()..start + length]);
            self.css.push_str(&rest[..start]);
            self.css.push_str("url(fonts/");
            self.css.push_str(font.file_name().and_then(|name| name.to_str()).unwrap_or_default());
            self.css.push(')');
            self.fonts.push(font);
            rest = &rest[start + length + 1..];
        }
        self.css.push_str(rest);
        self.css.push('\n');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Sheet>) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            write_if_changed(&dir.path().join(name), text.as_bytes()).unwrap();
        }
        let mut sheet = Sheet {
            packages: dir.path().join("node_modules"),
            css: String::new(),
            fonts: Vec::new(),
        };
        let result = sheet.append(&dir.path().join("src/index.css")).map(|()| sheet);
        (dir, result)
    }

    #[test]
    fn imports_are_inlined_where_they_stand() {
        let (_dir, sheet) = sheet(&[
            ("src/index.css", "@import \"./tokens.css\";\nbase\n"),
            ("src/tokens.css", "@import \"colours/slate.css\";\ntokens\n"),
            ("node_modules/colours/slate.css", "slate\n"),
        ]);
        assert_eq!(sheet.unwrap().css, "slate\ntokens\nbase\n");
    }

    #[test]
    fn a_missing_import_is_named() {
        let (_dir, sheet) = sheet(&[("src/index.css", "@import \"no/such.css\";\n")]);
        let error = sheet.err().unwrap();
        assert!(error.to_string().contains("no/such.css"), "{error}");
    }

    #[test]
    fn fonts_are_found_beside_the_file_that_names_them() {
        let (dir, sheet) = sheet(&[
            ("src/index.css", "@import \"inter/wght.css\";\n"),
            ("node_modules/inter/wght.css", "src: url(./files/a.woff2) format('woff2');\n"),
        ]);
        let sheet = sheet.unwrap();
        assert_eq!(sheet.css, "src: url(fonts/a.woff2) format('woff2');\n");
        assert_eq!(sheet.fonts, [dir.path().join("node_modules/inter/files/a.woff2")]);
    }

    #[test]
    fn an_open_url_is_an_error() {
        let (_dir, sheet) = sheet(&[("src/index.css", "src: url(./a.woff2\n")]);
        assert!(sheet.is_err());
    }
}

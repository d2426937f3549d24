//! The two pages of the launcher: plain HTML that works without scripts, Chinese first.

/// Text as it may stand in HTML, in attributes too.
#[must_use]
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            plain => out.push(plain),
        }
        out
    })
}

/// A whole page around `body`, which is HTML already.
#[must_use]
pub fn page(title_zh: &str, title_en: &str, body: &str) -> String {
    let (zh, en) = (escape(title_zh), escape(title_en));
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\"><title>{zh} · {en}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>{STYLE}</style></head>\n\
         <body><main><h1>{zh} <span lang=\"en\">{en}</span></h1>\n{body}\n</main></body>\n</html>\n"
    )
}

const STYLE: &str = "body{margin:0;font:1rem/1.6 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;color:#1a1a1a;\
background:#fff}main{max-width:72rem;margin:0 auto;padding:1rem}h1 span,h2 span{font-weight:400;color:#595959;font-size:.7em}\
table{border-collapse:collapse;width:100%}caption{text-align:left;padding:.3rem 0}th,td{text-align:left;vertical-align:top;\
padding:.4rem .6rem;border-bottom:1px solid #767676}a{color:#0b57a4}a:focus{outline:3px solid #0b57a4;outline-offset:2px}\
pre{background:#f2f2f2;padding:.6rem;overflow-x:auto}td.text{white-space:pre-wrap;overflow-wrap:anywhere}.en{color:#595959}\
@media(max-width:40rem){table,caption,tbody,tr,th,td{display:block}thead{position:absolute;left:-999rem}tr{margin-bottom:1rem}}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_text() {
        assert_eq!(escape("<b a='1'>\"&"), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;");
        assert!(page("短信", "messages", "").contains("<html lang=\"zh-CN\">"));
    }
}

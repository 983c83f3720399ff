//! UniFFI's Swift copies each integer and each text out of its buffer through Foundation's `Data`, and a text through an
//! array too; a page of fifty venues has five hundred texts. Here they are read where they lie.

use anyhow::{Result, ensure};

/// What is generated, and what stands in for it: the same bounds, the same errors.
const READS: [(&str, &str); 2] = [
    (
        "    if T.self == UInt8.self {
        let value = reader.data[reader.offset]
        reader.offset += 1
        return value as! T
    }
    var value: T = 0
    let _ = withUnsafeMutableBytes(of: &value, { reader.data.copyBytes(to: $0, from: range)})
    reader.offset = range.upperBound
    return value.bigEndian
",
        "    let value = reader.data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self) }
    reader.offset = range.upperBound
    return T(bigEndian: value)
",
    ),
    (
        "        return String(decoding: try readBytes(&buf, count: Int(len)), as: UTF8.self)
",
        "        let range = buf.offset..<(buf.offset + Int(len))
        guard buf.data.count >= range.upperBound else {
            throw UniffiInternalError.bufferOverflow
        }
        buf.offset = range.upperBound
        return buf.data.withUnsafeBytes { String(decoding: UnsafeRawBufferPointer(rebasing: $0[range]), as: UTF8.self) }
",
    ),
];

/// The generated Swift with texts and integers read where they lie.
///
/// # Errors
/// Another UniFFI generates other words: look whether this is still needed.
pub(crate) fn in_place(generated: &str) -> Result<String> {
    READS.iter().try_fold(generated.to_owned(), |swift, (copying, reading)| {
        let found = swift.matches(copying).count();
        ensure!(found == 1, "UniFFI's Swift has {found} times, not once:\n{copying}");
        Ok(swift.replacen(copying, reading, 1))
    })
}

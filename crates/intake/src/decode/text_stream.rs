//! Text in any encoding, turned into UTF-8 a chunk at a time.

use std::io::Read;

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{
    encoding::{self, Guess, SAMPLE_BYTES},
    guard::Stream,
};

/// How much is read at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// Any encoding in, UTF-8 out, a chunk at a time. UTF-8 itself passes unchecked: the records check
/// it, because they know the line.
#[derive(Debug)]
pub(super) struct Utf8Stream {
    input: StreamBox,
    state: State,
    market: Option<String>,
    chunk: Vec<u8>,
    pub guess: Option<Guess>,
    pub read: u64,
}

struct StreamBox(Stream);

impl std::fmt::Debug for StreamBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stream")
    }
}

enum State {
    Start,
    /// Only ASCII so far, which means the same in every encoding that is still possible.
    Ascii,
    Utf8,
    Other(Box<Decoder>),
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Start => "start",
            Self::Ascii => "ascii",
            Self::Utf8 => "utf8",
            Self::Other(_) => "other",
        })
    }
}

impl Utf8Stream {
    pub(super) fn new(input: Stream, market: Option<String>) -> Self {
        let chunk = Vec::new();
        Self { input: StreamBox(input), state: State::Start, market, chunk, guess: None, read: 0 }
    }

    pub(super) fn encoding(&self) -> &'static Encoding {
        match &self.state {
            State::Other(decoder) => decoder.encoding(),
            _ => UTF_8,
        }
    }

    /// Whether replacement characters in the output stand for damaged bytes of the input.
    pub(super) fn replaces(&self) -> bool {
        matches!(self.state, State::Other(_))
    }

    /// Appends the next chunk; `false` at the end.
    pub(super) fn fill(&mut self, out: &mut Vec<u8>) -> std::io::Result<bool> {
        if matches!(self.state, State::Utf8) {
            let more = read_some(&mut self.input.0, out, CHUNK_BYTES)?;
            self.read += more as u64;
            return Ok(more > 0);
        }
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.clear();
        let wanted =
            if matches!(self.state, State::Start) { SAMPLE_BYTES / 4 } else { CHUNK_BYTES };
        let more = read_full(&mut self.input.0, &mut chunk, wanted)?;
        self.read += more as u64;
        if matches!(self.state, State::Start) {
            self.begin(&mut chunk);
        }
        if matches!(self.state, State::Ascii)
            && let Some(at) = chunk.iter().position(|byte| !byte.is_ascii())
        {
            let known = chunk.len() - at;
            self.read +=
                read_full(&mut self.input.0, &mut chunk, SAMPLE_BYTES.saturating_sub(known))?
                    as u64;
            let guess = encoding::guess(&chunk[at..], self.market.as_deref());
            self.state = if guess.encoding == UTF_8 {
                State::Utf8
            } else {
                self.guess = Some(guess);
                State::Other(Box::new(guess.encoding.new_decoder_without_bom_handling()))
            };
        }
        match &mut self.state {
            State::Other(decoder) => decode(decoder, &chunk, more == 0, out),
            _ => out.extend_from_slice(&chunk),
        }
        self.chunk = chunk;
        Ok(more > 0)
    }

    /// Byte order marks, and UTF-16 without one.
    fn begin(&mut self, chunk: &mut Vec<u8>) {
        let marked = Encoding::for_bom(chunk);
        let encoding = match marked {
            Some((encoding, length)) => {
                chunk.drain(..length);
                Some(encoding)
            }
            None => encoding::utf16_without_mark(chunk).inspect(|encoding| {
                self.guess = Some(Guess { encoding, sure_percent: 100 });
            }),
        };
        self.state = match encoding {
            Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
                State::Other(Box::new(encoding.new_decoder_without_bom_handling()))
            }
            Some(_) => State::Utf8,
            None => State::Ascii,
        };
    }
}

fn decode(decoder: &mut Decoder, chunk: &[u8], last: bool, out: &mut Vec<u8>) {
    let start = out.len();
    let room = decoder.max_utf8_buffer_length(chunk.len()).unwrap_or(chunk.len() * 3 + 16);
    out.resize(start + room, 0);
    // The buffer holds the longest possible output, so one call takes the whole chunk.
    let (_, _, written, _) = decoder.decode_to_utf8(chunk, &mut out[start..], last);
    out.truncate(start + written);
}

/// One read of at most `length` bytes; 0 at the end.
fn read_some(input: &mut impl Read, out: &mut Vec<u8>, length: usize) -> std::io::Result<usize> {
    let start = out.len();
    out.resize(start + length, 0);
    let result = loop {
        match input.read(&mut out[start..]) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => break other,
        }
    };
    out.truncate(start + *result.as_ref().unwrap_or(&0));
    result
}

/// Reads until `length` bytes came or the end; an error after some bytes is found again on the
/// next call.
fn read_full(input: &mut impl Read, out: &mut Vec<u8>, length: usize) -> std::io::Result<usize> {
    let start = out.len();
    while out.len() - start < length {
        match read_some(input, out, length - (out.len() - start)) {
            Ok(0) => break,
            Ok(_) => {}
            Err(_) if out.len() > start => break,
            Err(error) => return Err(error),
        }
    }
    Ok(out.len() - start)
}

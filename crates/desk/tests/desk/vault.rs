use std::io::{ErrorKind, Read, Write};

use argosy_desk::{DeskError, Vault, sealed::CHUNK_BYTES};

const HEADER_BYTES: usize = 32;
const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + 16;

fn vault() -> Vault {
    let folder = tempfile::tempdir().unwrap();
    Vault::open(&folder.path().join("keys/master.key")).unwrap()
}

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

fn seal(vault: &Vault, plain: &[u8]) -> Vec<u8> {
    let mut writer = vault.seal_writer(Vec::new()).unwrap();
    // Odd pieces, so that chunks fill in the middle of a write.
    for piece in plain.chunks(70_001) {
        writer.write_all(piece).unwrap();
    }
    writer.finish().unwrap()
}

fn open(vault: &Vault, sealed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    vault.open_reader(sealed)?.read_to_end(&mut plain)?;
    Ok(plain)
}

#[track_caller]
fn refused(vault: &Vault, sealed: &[u8]) {
    assert_eq!(open(vault, sealed).unwrap_err().kind(), ErrorKind::InvalidData);
}

#[test]
fn a_key_is_made_once_and_kept_private() {
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("keys/master.key");
    let first = Vault::open(&key_file).unwrap();
    let again = Vault::open(&key_file).unwrap();
    assert_eq!(*again.unseal(&first.seal(b"token")).unwrap(), b"token");
    assert_eq!(std::fs::read_dir(folder.path().join("keys")).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |mode| std::fs::Permissions::from_mode(mode);
        assert_eq!(std::fs::metadata(&key_file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&key_file, mode(0o644)).unwrap();
        let error = Vault::open(&key_file).err().unwrap();
        assert!(error.to_string().contains("run `chmod 600"));
    }
}

#[test]
fn of_many_first_starts_all_take_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("master.key");
    let hashes: Vec<String> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Vault::open(&key_file).unwrap().keyed_hash("buyer")))
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
}

#[test]
fn a_cut_key_file_is_not_taken_for_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("master.key");
    Vault::open(&key_file).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&key_file).unwrap();
    file.set_len(31).unwrap();
    let error = Vault::open(&key_file).err().unwrap();
    assert!(error.to_string().contains("has 31 bytes instead of 32"));
}

#[test]
fn a_changed_secret_does_not_open() {
    let vault = vault();
    let sealed = vault.seal(b"refresh token");
    assert_ne!(sealed, vault.seal(b"refresh token"), "a fresh nonce each time");
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        assert!(matches!(vault.unseal(&changed), Err(DeskError::Damaged(_))));
    }
    for length in 0..sealed.len() {
        assert!(vault.unseal(&sealed[..length]).is_err());
    }
    assert!(self::vault().unseal(&sealed).is_err(), "another key");
}

#[test]
fn a_keyed_hash_is_the_same_here_and_another_elsewhere() {
    let vault = vault();
    let hash = vault.keyed_hash("buyer@example.com");
    assert_eq!(hash.len(), 16);
    assert_eq!(hash, vault.keyed_hash("buyer@example.com"));
    assert_ne!(hash, vault.keyed_hash("other@example.com"));
    assert_ne!(hash, self::vault().keyed_hash("buyer@example.com"));
}

#[test]
fn a_sealed_file_opens_whatever_its_length() {
    let vault = vault();
    let lengths = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3_000_000];
    for length in lengths {
        let plain = plain(length);
        let sealed = seal(&vault, &plain);
        assert!(open(&vault, &sealed).unwrap() == plain, "length {length}");
        let chunks = length.div_ceil(CHUNK_BYTES).max(1);
        assert_eq!(sealed.len(), HEADER_BYTES + length + 16 * chunks);
    }
}

#[test]
fn a_cut_file_is_refused_wherever_it_was_cut() {
    let vault = vault();
    let sealed = seal(&vault, &plain(2 * CHUNK_BYTES + 100));
    let chunk = |count: usize| HEADER_BYTES + count * SEALED_CHUNK_BYTES;
    for length in [0, 8, HEADER_BYTES, HEADER_BYTES + 5, chunk(1), chunk(1) + 1, chunk(2)] {
        refused(&vault, &sealed[..length]);
    }
    refused(&vault, &sealed[..sealed.len() - 1]);
    let mut unfinished = Vec::new();
    let mut writer = vault.seal_writer(&mut unfinished).unwrap();
    writer.write_all(&plain(CHUNK_BYTES + 1)).unwrap();
    drop(writer);
    refused(&vault, &unfinished);
}

#[test]
fn moved_repeated_or_foreign_chunks_are_refused() {
    let vault = vault();
    let sealed = seal(&vault, &plain(3 * CHUNK_BYTES + 100));
    let (header, rest) = sealed.split_at(HEADER_BYTES);
    let chunks: Vec<&[u8]> = rest.chunks(SEALED_CHUNK_BYTES).collect();
    let file = |order: &[&[u8]]| [&[header], order].concat().concat();
    assert!(open(&vault, &file(&chunks)).is_ok());

    refused(&vault, &file(&[chunks[1], chunks[0], chunks[2], chunks[3]]));
    refused(&vault, &file(&[chunks[0], chunks[2], chunks[3]]));
    refused(&vault, &file(&[chunks[0], chunks[0], chunks[1], chunks[2], chunks[3]]));
    refused(&vault, &file(&[chunks[0], chunks[1], chunks[2], chunks[3], b"more"]));
    let other = seal(&vault, &plain(3 * CHUNK_BYTES + 100));
    let foreign = &other[HEADER_BYTES..HEADER_BYTES + SEALED_CHUNK_BYTES];
    refused(&vault, &file(&[foreign, chunks[1], chunks[2], chunks[3]]));
}

#[test]
fn one_flipped_bit_is_found_and_nothing_behind_it_is_given() {
    let vault = vault();
    let plain = plain(2 * CHUNK_BYTES);
    let sealed = seal(&vault, &plain);
    for at in [0, 8, 9, 25, HEADER_BYTES, HEADER_BYTES + CHUNK_BYTES, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[at] ^= 0x10;
        refused(&vault, &changed);
    }
    let mut changed = sealed;
    *changed.last_mut().unwrap() ^= 1;
    let mut reader = vault.open_reader(changed.as_slice()).unwrap();
    let mut given = Vec::new();
    assert!(reader.read_to_end(&mut given).is_err());
    assert!(given == plain[..CHUNK_BYTES], "only what was authenticated");
    assert!(reader.read(&mut [0; 8]).is_err(), "and it stays refused");
}

#[test]
fn another_installation_cannot_open_a_file() {
    let sealed = seal(&vault(), b"settlement");
    refused(&vault(), &sealed);
    refused(&vault(), b"settlement-id\tamount and so on, longer than a header");
}

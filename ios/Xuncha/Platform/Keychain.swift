// The secret of this phone in its Keychain. It never leaves the phone: neither by iCloud nor by a backup.

import CryptoKit
import Foundation
import Security
import XunchaKit

struct Keychain: SecretStore {
    private static let item: [CFString: Any] = [
        kSecClass: kSecClassGenericPassword,
        kSecAttrService: "org.xuncha.app",
        kSecAttrAccount: "book",
    ]

    func read() -> SecretRead {
        var query = Self.item
        query[kSecReturnData] = true
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        switch status {
        case errSecSuccess:
            guard let secret = found as? Data else { return .locked("the Keychain gave no data") }
            return .found(secret)
        case errSecItemNotFound: return .missing
        default: return .locked("Keychain status \(status)")
        }
    }

    func make() throws -> Data {
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        var query = Self.item
        query[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        query[kSecValueData] = secret
        let status = SecItemAdd(query as CFDictionary, nil)
        guard status == errSecSuccess else { throw NSError(domain: NSOSStatusErrorDomain, code: Int(status)) }
        return secret
    }
}

/// AES-GCM of the platform.
struct AesGcm: Cipher {
    func seal(_ plain: Data, with secret: Data) throws -> Data {
        let box = try AES.GCM.seal(plain, using: SymmetricKey(data: secret))
        guard let sealed = box.combined else { throw CryptoKitError.incorrectParameterSize }
        return sealed
    }

    func open(_ sealed: Data, with secret: Data) -> Data? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
        return try? AES.GCM.open(box, using: SymmetricKey(data: secret))
    }
}

//! One macro for closed lists: each variant has a code, the same in addresses, forms, the database and `app/locales`.

macro_rules! codes {
    ($name:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl $name {
            /// All of them, in the order people are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code in addresses, forms and the database.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Problem;

            fn from_str(code: &str) -> Result<Self, $crate::Problem> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::Problem::ChooseOne),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use codes;
